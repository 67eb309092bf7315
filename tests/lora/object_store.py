"""An S3 of our own on loopback, with one empty bucket, and what its clients need to know."""

import contextlib
import logging
from collections.abc import Iterator

import boto3
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem

BUCKET = "house"


@contextlib.contextmanager
def object_store() -> Iterator[dict[str, str]]:
    """The variables with which s3fs finds it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    variables = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "house",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    boto3.client(
        "s3",
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        aws_access_key_id="house",
        aws_secret_access_key="secret",
        region_name="us-east-1",
    ).create_bucket(Bucket=BUCKET)
    S3FileSystem.clear_instance_cache()  # a client of an earlier server would be taken
    try:
        yield variables
    finally:
        server.stop()
