"""Tables, queues and blobs: the only importer of their clients. One implementation, on Azure as on Azurite."""
