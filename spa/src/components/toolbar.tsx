import type { ReactNode } from 'react';
import classes from './toolbar.module.css';

/** Search first and growing, filters beside it. */
export function Toolbar({ children }: { children: ReactNode }) {
  return (
    <div className={classes.toolbar} role="search">
      {children}
    </div>
  );
}
