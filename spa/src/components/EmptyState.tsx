import type { ReactNode } from "react";

import classes from "./EmptyState.module.css";

interface Props {
  title: string;
  text?: string;
  /** What to do about it: a button or a link. */
  action?: ReactNode;
}

export function EmptyState({ title, text, action }: Props) {
  return (
    <div className={classes.state}>
      <p className={classes.title}>{title}</p>
      {text && <p className={classes.text}>{text}</p>}
      {action && <div className={classes.action}>{action}</div>}
    </div>
  );
}
