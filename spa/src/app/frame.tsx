import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Horn } from '../components/horn';
import { Preferences } from '../components/preferences';
import classes from './frame.module.css';

interface FrameProps {
  nav?: ReactNode;
  side?: ReactNode;
  children: ReactNode;
}

export function Frame({ nav, side, children }: FrameProps) {
  const { t } = useTranslation();
  return (
    <>
      <a className={classes.skip} href="#main">
        {t('shell.skip')}
      </a>
      <header className={classes.header}>
        <div className={classes.inner}>
          <Link to="/" className={classes.brand} aria-label="Posthorn" data-with-nav={Boolean(nav)}>
            <Horn />
            <span>Posthorn</span>
          </Link>
          {nav}
          <div className={classes.side}>
            {side}
            <Preferences />
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1} className={classes.main}>
        {children}
      </main>
    </>
  );
}
