"""TagResource, UntagResource, ListTagsForResource."""
