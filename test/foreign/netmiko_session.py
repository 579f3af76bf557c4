"""Drives one device with Netmiko: reads a request as JSON on stdin, prints what it saw as JSON."""
import json
import sys

from netmiko import ConnectHandler

request = json.load(sys.stdin)
connection = ConnectHandler(
    device_type=request["device_type"],
    host="127.0.0.1",
    port=request["port"],
    username=request["username"],
    password=request["password"],
    secret=request["password"],
    # The device's key has to stand in the known_hosts file that the lab wrote.
    ssh_strict=True,
    alt_host_keys=True,
    alt_key_file=request["known_hosts"],
    allow_agent=False,
    timeout=20,
)
seen = {"prompt": connection.find_prompt()}
connection.enable()
seen["enabled"] = connection.find_prompt()
seen["version"] = connection.send_command("show version")
seen["before"] = connection.send_command("show running-config")
seen["configured"] = connection.send_config_set(request["lines"])
seen["after"] = connection.send_command("show running-config")
seen["refused"] = connection.send_command("frobnicate")
seen["saved"] = connection.save_config()
seen["startup"] = connection.send_command("show startup-config")
seen["left"] = connection.find_prompt()
connection.disconnect()
json.dump(seen, sys.stdout)
