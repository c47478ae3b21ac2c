"""A picture of a kernel as plain JSON data: what everything in this package is drawn from."""

from ..kernel.picture import Camera, Picture, picture

__all__ = ["Camera", "Picture", "picture"]
