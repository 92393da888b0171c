"""The connector sensor: the kernel's process events over netlink (Linux); no privileges from 6.6 on."""
