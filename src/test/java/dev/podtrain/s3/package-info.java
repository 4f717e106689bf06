/** Tests of the S3 client, against servers that play the service. */
@NullMarked
package dev.podtrain.s3;

import org.jspecify.annotations.NullMarked;
