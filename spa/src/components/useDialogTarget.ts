import { useState } from "react";

export interface DialogTarget<Target> {
  opened: boolean;
  /** `null` for a new one. */
  target: Target | null;
  open: (target: Target | null) => void;
  close: () => void;
}

/**
 * What a dialog is about. It stays while the dialog closes, or its text would change under the
 * reader's eyes.
 */
export function useDialogTarget<Target>(): DialogTarget<Target> {
  const [state, setState] = useState<{ opened: boolean; target: Target | null }>({
    opened: false,
    target: null,
  });
  return {
    ...state,
    open: (target) => setState({ opened: true, target }),
    close: () => setState(({ target }) => ({ opened: false, target })),
  };
}
