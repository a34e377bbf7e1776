import { type ReactNode, useEffect, useRef } from 'react';
import classes from './page-title.module.css';

let firstPage = true;

interface PageTitleProps {
  title: string;
  /** What stands on the title's line beside it: a badge, buttons. */
  children?: ReactNode;
  lead?: ReactNode;
}

/** Names the document and, after a change of page, takes the focus, so that a screen reader says where one is. */
export function PageTitle({ title, children, lead }: PageTitleProps) {
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = `${title} · Posthorn`;
  }, [title]);

  useEffect(() => {
    // The first page is announced by its load; stealing the focus there would skip the skip link.
    if (!firstPage) heading.current?.focus({ preventScroll: true });
    firstPage = false;
  }, []);

  return (
    <div className={classes.bar}>
      <div className={classes.words}>
        <h1 ref={heading} tabIndex={-1} className={classes.title}>
          {title}
        </h1>
        {lead && <div className={classes.lead}>{lead}</div>}
      </div>
      {children && <div className={classes.side}>{children}</div>}
    </div>
  );
}
