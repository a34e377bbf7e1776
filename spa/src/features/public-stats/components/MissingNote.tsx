import type { Missing } from "./campaign-texts";
import classes from "./MissingNote.module.css";

/** Failed, unknown, skipped and left over, so that a bar is never short without a word. */
export function MissingNote({ missing }: { missing: readonly Missing[] }) {
  if (missing.length === 0) return null;
  return (
    <p className={classes.note}>
      {missing.map(({ kind, text }) => (
        <span key={kind} data-kind={kind}>
          {text}
        </span>
      ))}
    </p>
  );
}
