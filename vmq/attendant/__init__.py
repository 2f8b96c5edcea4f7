"""Who answers the front door and the doorbell: people are put through, robots are kept from ringing anybody."""
