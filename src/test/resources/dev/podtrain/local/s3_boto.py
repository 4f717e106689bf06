"""Uploads, lists, reads and deletes on a network volume with Amazon's own Python package, and tries what is not supported."""

import io
import json
import os
import sys

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

settings = Config(
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    retries={"max_attempts": 1},
)
s3 = boto3.client(
    "s3",
    endpoint_url=os.environ["S3_URL"] + "eu-ro-1/",
    region_name="EU-RO-1",
    aws_access_key_id=os.environ["S3_ACCESS_KEY"],
    aws_secret_access_key=os.environ["S3_SECRET_KEY"],
    config=settings,
)
bucket = "local"


def refusal(call, **arguments):
    try:
        call(Bucket=bucket, **arguments)
        return "done"
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"]


big = bytes(range(256)) * 40_000
seen = {"buckets": [each["Name"] for each in s3.list_buckets()["Buckets"]]}
s3.put_object(Bucket=bucket, Key="boto/a b#+ü", Body=b"hello")
s3.upload_fileobj(
    io.BytesIO(big), bucket, "boto/big", Config=TransferConfig(multipart_threshold=1_000_000, multipart_chunksize=5_242_880)
)
seen["listed"] = [(each["Key"], each["Size"]) for each in s3.list_objects_v2(Bucket=bucket, Prefix="boto/")["Contents"]]
seen["listed_as_before"] = len(s3.list_objects(Bucket=bucket, Prefix="boto/")["Contents"])
pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 1})
seen["pages"] = sum(len(page.get("Contents", [])) for page in pages)
seen["folders"] = [each["Prefix"] for each in s3.list_objects_v2(Bucket=bucket, Delimiter="/")["CommonPrefixes"]]
seen["range"] = s3.get_object(Bucket=bucket, Key="boto/big", Range="bytes=255-257")["Body"].read().hex()
back = io.BytesIO()
s3.download_fileobj(bucket, "boto/big", back)
seen["same"] = back.getvalue() == big
s3.copy_object(Bucket=bucket, Key="boto/copy", CopySource={"Bucket": bucket, "Key": "boto/a b#+ü"})
seen["copy"] = s3.get_object(Bucket=bucket, Key="boto/copy")["Body"].read().decode()
upload = s3.create_multipart_upload(Bucket=bucket, Key="boto/never")["UploadId"]
s3.upload_part(Bucket=bucket, Key="boto/never", UploadId=upload, PartNumber=1, Body=b"x")
seen["parts"] = [part["Size"] for part in s3.list_parts(Bucket=bucket, Key="boto/never", UploadId=upload)["Parts"]]
seen["uploads"] = [each["Key"] for each in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]]
s3.abort_multipart_upload(Bucket=bucket, Key="boto/never", UploadId=upload)
seen["after_abort"] = s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
s3.delete_object(Bucket=bucket, Key="boto/copy")
seen["unsupported"] = [
    refusal(s3.delete_objects, Delete={"Objects": [{"Key": "boto/big"}]}),
    refusal(s3.get_bucket_location),
    refusal(s3.get_bucket_versioning),
    refusal(s3.get_bucket_acl),
    refusal(s3.put_object_tagging, Key="boto/big", Tagging={"TagSet": []}),
    refusal(s3.create_bucket),
    refusal(s3.delete_bucket),
]
seen["missing"] = [refusal(s3.head_object, Key="none"), refusal(s3.get_object, Key="none")]
json.dump(seen, sys.stdout)
