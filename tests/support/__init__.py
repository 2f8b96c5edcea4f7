"""What several test folders share: fakes of the ports and scripted peers."""
