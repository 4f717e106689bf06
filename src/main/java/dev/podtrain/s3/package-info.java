/**
 * A network volume over the provider's S3 API: objects in and out without a pod. The S3 library stays in here and is
 * loaded when the first request is made, not before.
 */
@NullMarked
package dev.podtrain.s3;

import org.jspecify.annotations.NullMarked;
