"""What commands print: plain text, tables, and the live view of a campaign."""
