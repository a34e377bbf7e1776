import { useState } from "react";

/**
 * What a dialog is about. It stays while the dialog closes, or its text would change under the
 * reader's eyes.
 */
export function useDialogTarget<Target>() {
  const [state, setState] = useState<{ opened: boolean; target: Target | null }>({
    opened: false,
    target: null,
  });
  return {
    ...state,
    open: (target: Target | null) => setState({ opened: true, target }),
    close: () => setState(({ target }) => ({ opened: false, target })),
  };
}
