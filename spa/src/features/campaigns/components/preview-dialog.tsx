import { Modal, Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorState, LoadingRows } from '../../../components/states';
import { usePreview } from '../api/preview-campaign';
import classes from './preview-dialog.module.css';

export function PreviewDialog({ id, onClose }: { id: number; onClose: () => void }) {
  const { t } = useTranslation('manage');
  const preview = usePreview(id);

  function body() {
    if (preview.isPending) return <LoadingRows rows={4} />;
    if (preview.isError) {
      return <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />;
    }
    const { subject, email, body_html: html, body_text: text } = preview.data;
    return (
      <>
        <dl className={classes.head}>
          <dt>{t('preview.to')}</dt>
          <dd>{email}</dd>
          <dt>{t('preview.subject')}</dt>
          <dd>{subject}</dd>
        </dl>
        <Tabs defaultValue={html ? 'html' : 'text'}>
          <Tabs.List>
            {html && <Tabs.Tab value="html">{t('preview.html')}</Tabs.Tab>}
            <Tabs.Tab value="text">{t('preview.text')}</Tabs.Tab>
          </Tabs.List>
          {html && (
            <Tabs.Panel value="html" pt="sm">
              {/* An empty sandbox: what somebody wrote into a message runs no script in our page. */}
              <iframe className={classes.page} title={t('preview.html')} sandbox="" srcDoc={html} />
            </Tabs.Panel>
          )}
          <Tabs.Panel value="text" pt="sm">
            <pre className={classes.text}>{text}</pre>
          </Tabs.Panel>
        </Tabs>
      </>
    );
  }

  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={t('preview.title')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {body()}
    </Modal>
  );
}
