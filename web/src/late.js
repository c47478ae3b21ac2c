// Where a kernel answers late, or never.

/** When a reader is told that there is no answer yet. */
export const LATE_MS = 2000;

export const UNANSWERED =
  "No answer from Jupyter's kernel. It may be busy; if it was restarted, run the cell again.";
