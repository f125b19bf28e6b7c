"""SpiffWorkflow behind one small face: `compiled(version)` and `Run`.

Nothing outside this package imports SpiffWorkflow. Its Python script engine is never used: every
expression goes to CEL, and there is no element whose text could reach another interpreter.
"""

from motcua.processes.engine.run import Context, OpenStep, Run
from motcua.processes.engine.version import Compiled, Initial, compiled

__all__ = ["Compiled", "Context", "Initial", "OpenStep", "Run", "compiled"]
