"""Getting the answer: the solver, the refinement of breakpoints, the certificate and the audit."""
