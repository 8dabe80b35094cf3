"""Deployment folders: exports, golden vectors and a README."""
