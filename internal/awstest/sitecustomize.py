"""Makes the AWS emulator faster: Python runs it before moto_server, which needs none of it.

What it saves is most of the time that tests spend in the emulator. moto
 - gives each account all of AWS's managed policies, some 1,300, and Python looks
   through all of them for garbage again and again;
 - lists the files of its own package, and tries some 170 patterns, to find the service
   of each call, under a lock;
 - looks through a class for the method of each call, tries up to a dozen names for each
   field of an answer, and checks each name that it writes in XML;
 - draws the ID of each answer letter by letter;
 - takes a connection, a thread and a look at what else may come for each call, and
   writes a line about it.
"""

import functools
import gc
import io
import json
import string
import traceback

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
    import xmltodict
    from moto.core import responses, serialize
    from moto.moto_api._internal import moto_random
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication
    from werkzeug.exceptions import InternalServerError
    from werkzeug.serving import WSGIRequestHandler

    find = DomainDispatcherApplication.get_backend_for_host
    DomainDispatcherApplication.get_backend_for_host = functools.cache(find)
    responses.method_names_from_class = functools.cache(responses.method_names_from_class)
    responses.camelcase_to_underscores = functools.cache(responses.camelcase_to_underscores)
    xmltodict._validate_name = functools.cache(xmltodict._validate_name)

    def get_random_string(self, length=20, include_digits=True, lower_case=False):
        letters = string.ascii_letters + (string.digits if include_digits else "")
        text = "".join(self.choices(letters, k=length))
        return text.lower() if lower_case else text

    moto_random.MotoRandom.get_random_string = get_random_string

    names = {}
    picker = serialize.XFormedAttributePicker
    possible_keys = picker.get_possible_keys

    def get_possible_keys(self, context):
        shape = context.shape
        of = (
            context.service_model.service_name,
            shape and (shape.name, shape.type_name, shape.serialization.get("name")),
            getattr(getattr(shape, "parent", None), "name", None),
            context.key,
            type(context.obj),
            tuple(self.alias_providers),
        )
        if of not in names:
            names[of] = list(dict.fromkeys(possible_keys(self, context)))
        return names[of]

    picker.get_possible_keys = get_possible_keys

    def run_wsgi(self):
        connection = self.rfile
        self.rfile = io.BytesIO(connection.read(int(self.headers.get("Content-Length", 0))))
        environ = self.make_environ()
        self.rfile = connection
        head = []

        def start_response(status, headers, exc_info=None):
            head[:] = [f"HTTP/1.1 {status}", *map(": ".join, headers)]

        try:
            body = b"".join(self.server.app(environ, start_response))
        except Exception:
            traceback.print_exc()
            body = b"".join(InternalServerError()(environ, start_response))
        if not any(line.lower().startswith("content-length:") for line in head):
            head.append(f"Content-Length: {len(body)}")
        self.wfile.write("\r\n".join([*head, "", ""]).encode("latin-1") + body)

    WSGIRequestHandler.protocol_version = "HTTP/1.1"  # which keeps connections
    WSGIRequestHandler.run_wsgi = run_wsgi
except Exception:  # another moto: it is slower
    pass
