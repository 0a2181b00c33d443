"""Side scan laser data."""
