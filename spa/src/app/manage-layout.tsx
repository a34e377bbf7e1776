import '@mantine/notifications/styles.layer.css';
import { Button } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, Outlet, ScrollRestoration, useNavigate } from 'react-router';
import { StreamNotice } from '../components/stream-notice';
import { ExpiredDialog } from '../features/auth/components/expired-dialog';
import { useCampaignEvents } from '../features/campaigns/api/campaign-events';
import { StreamContext } from '../lib/stream-context';
import { session, useSession } from '../lib/session';
import { Frame } from './frame';
import classes from './manage-layout.module.css';

export function ManageLayout() {
  const { t } = useTranslation('manage');
  const { t: common } = useTranslation();
  const stream = useCampaignEvents();
  const client = useQueryClient();
  const navigate = useNavigate();
  const current = useSession();
  const signedOut = current.phase === 'signed-out';

  useEffect(() => {
    if (!signedOut) return;
    // The next person on this machine must not find the last one's pages in memory.
    client.clear();
    void navigate('/sign-in', { replace: true });
  }, [signedOut, client, navigate]);

  if (signedOut) return null;

  return (
    <Frame
      nav={
        <nav className={classes.nav} aria-label={t('nav.label')}>
          <NavLink to="/manage/campaigns">{t('nav.campaigns')}</NavLink>
          <NavLink to="/manage/lists">{t('nav.lists')}</NavLink>
          <NavLink to="/manage/subscribers">{t('nav.subscribers')}</NavLink>
          <NavLink to="/manage/suppressions">{t('nav.suppressions')}</NavLink>
        </nav>
      }
      side={
        <>
          <StreamNotice state={stream} />
          <Button variant="subtle" size="compact-sm" onClick={() => void session.signOut()}>
            {common('auth.signOut')}
          </Button>
        </>
      }
    >
      <StreamContext value={stream}>
        <Outlet />
      </StreamContext>
      <ExpiredDialog />
      <Notifications position="bottom-right" />
      <ScrollRestoration />
    </Frame>
  );
}
