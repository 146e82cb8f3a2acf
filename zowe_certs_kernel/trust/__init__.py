"""Who trusts whom: the graph of certificates and stores, and handshakes that prove it."""
