from quake_triage import stubs

stubs.ensure()
