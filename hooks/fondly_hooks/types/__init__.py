"""The frozen records that hooks exchange, by what they are about."""
