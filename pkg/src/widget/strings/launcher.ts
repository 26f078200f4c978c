// The words of the launcher, apart from all others: it is drawn before anything else is loaded.

export const launcherWords = {
  "launcher.open": "Ask the documents",
  "launcher.close": "Close the assistant",
} as const;
