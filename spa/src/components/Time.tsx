import { useFormat } from "../lib/format";
import classes from "./Time.module.css";

/** A moment in a table, in the reader's language and zone. */
export function Time({ at }: { at: string }) {
  const { formatDate } = useFormat();
  return (
    <time dateTime={at} className={classes.time}>
      {formatDate(at)}
    </time>
  );
}
