"""The office's name in its own network: announced, looked for, and watched for a second bearer. Holds no key."""
