"""Makes the AWS emulator faster: Python runs it before moto_server, which needs none of it.

What it saves is most of the time that tests spend in the emulator. moto
 - gives each account all of AWS's managed policies, some 1,300, and Python looks
   through all of them for garbage again and again;
 - lists the files of its own package, and tries some 170 patterns, to find the service
   of each call, under a lock;
 - writes a line about each call.
"""

import functools
import gc
import json

# The policies of AWS that tests use.
USED = (
    "AmazonSSMManagedInstanceCore",
    "AutoScalingNotificationAccessRole",
    "AutoScalingReadOnlyAccess",
    "CloudWatchAgentServerPolicy",
    "PowerUserAccess",
    "ReadOnlyAccess",
)

gc.set_threshold(200_000, 100, 1_000)

try:
    from moto.iam import models

    everything = json.loads(models.aws_managed_policies_data)
    models.aws_managed_policies_data = json.dumps({name: everything[name] for name in USED})
except Exception:  # another moto: it is slower, and knows more
    pass

try:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication
    from werkzeug.serving import WSGIRequestHandler

    find = DomainDispatcherApplication.get_backend_for_host
    DomainDispatcherApplication.get_backend_for_host = functools.cache(find)
    WSGIRequestHandler.log_request = lambda *_: None
except Exception:  # another moto: it is slower
    pass
