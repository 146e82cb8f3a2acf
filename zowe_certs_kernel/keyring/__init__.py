"""Key rings of z/OS: the jobs that make and remove them, what a listing says of one, and what Zowe is told of it."""

from .job import RingJob, ring_job
from .symbols import Product

__all__ = ["Product", "RingJob", "ring_job"]
