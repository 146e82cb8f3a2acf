"""What is judged of Zowe's certificates, as data."""
