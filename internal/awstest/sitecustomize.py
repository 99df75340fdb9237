"""Makes the AWS emulator faster: Python runs it before moto_server, which needs none of it.

moto gives each account all of AWS's managed policies, some 1,300, and Python looks
through all of them for garbage again and again. Together that is half of the time that
tests with an account each spend in it.
"""

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
