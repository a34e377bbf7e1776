import { useTranslation } from 'react-i18next';
import type { Blocker } from 'react-router';
import { ConfirmDialog } from './confirm-dialog';

export function UnsavedDialog({ blocker }: { blocker: Blocker }) {
  const { t } = useTranslation('manage');
  if (blocker.state !== 'blocked') return null;
  return (
    <ConfirmDialog
      title={t('unsaved.title')}
      confirm={t('unsaved.confirm')}
      pending={false}
      error={null}
      onConfirm={() => {
        blocker.proceed();
      }}
      onClose={() => {
        blocker.reset();
      }}
    >
      {t('unsaved.text')}
    </ConfirmDialog>
  );
}
