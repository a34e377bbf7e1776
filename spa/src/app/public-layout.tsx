import { useTranslation } from 'react-i18next';
import { Link, Outlet, ScrollRestoration } from 'react-router';
import { useSession } from '../lib/session';
import { Frame } from './frame';

export function PublicLayout() {
  const { t } = useTranslation();
  const signedIn = useSession().phase === 'signed-in';
  return (
    <Frame
      side={
        signedIn ? (
          <Link to="/manage">{t('shell.manage')}</Link>
        ) : (
          <Link to="/sign-in">{t('auth.signIn')}</Link>
        )
      }
    >
      <Outlet />
      <ScrollRestoration />
    </Frame>
  );
}
