"""`python -m services.evaluation` runs evaluation."""

import gc
import os

from services.evaluation.allocator import KEEPS

os.environ.update(KEEPS)
gc.disable()  # until all is loaded (`chassis.service.start`): looking for cycles took an eighth of the time to start

from services.evaluation.app import main  # noqa: E402

main()
