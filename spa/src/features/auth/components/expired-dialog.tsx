import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { session, useSession } from '../../../lib/session';
import { SignInForm } from './sign-in-form';

/** Over the page and not instead of it: whatever was half written behind it stays. */
export function ExpiredDialog() {
  const { t } = useTranslation();
  const current = useSession();
  if (current.phase !== 'expired') return null;
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={t('auth.expiredTitle')}
    >
      <p>{t('auth.expiredText')}</p>
      <SignInForm username={current.user.username} onSignedIn={() => undefined} />
      <Button variant="subtle" fullWidth mt="sm" onClick={() => void session.signOut()}>
        {t('auth.leave')}
      </Button>
    </Modal>
  );
}
