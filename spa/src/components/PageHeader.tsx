import { useEffect, useRef, type ReactNode } from "react";

import { useTranslation } from "../lib/i18n";
import classes from "./PageHeader.module.css";

interface Props {
  title: string;
  description?: ReactNode;
  /** Buttons, at the right where there is room. */
  actions?: ReactNode;
  children?: ReactNode;
}

// The browser itself puts the focus on the first page; later ones are ours to announce.
let isFirstPage = true;

/** A page's h1; names the document and takes the focus when one navigates to the page. */
export function PageHeader({ title, description, actions, children }: Props) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    if (!isFirstPage) heading.current?.focus();
    isFirstPage = false;
  }, []);

  useEffect(() => {
    document.title = title === t("product") ? title : `${title} · ${t("product")}`;
  }, [title, t]);

  return (
    <header className={classes.header}>
      <div className={classes.texts}>
        <h1 ref={heading} tabIndex={-1} className={classes.title}>
          {title}
        </h1>
        {description && <div className={classes.description}>{description}</div>}
        {children}
      </div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </header>
  );
}
