"""Who may connect to a site's broker: its certificates, its accounts, its terminals."""
