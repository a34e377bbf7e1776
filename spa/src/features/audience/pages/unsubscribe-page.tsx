import { Alert, Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { PageTitle } from '../../../components/page-title';
import { ErrorState, LoadingRows } from '../../../components/states';
import { ApiError } from '../../../lib/api-error';
import { problemText } from '../../../lib/problem-text';
import { useUnsubscribe, useUnsubscribeState } from '../api/unsubscribe';
import classes from './unsubscribe-page.module.css';

export function UnsubscribePage() {
  const { t } = useTranslation();
  const { token = '' } = useParams();
  const state = useUnsubscribeState(token);
  const unsubscribe = useUnsubscribe(token);

  function body() {
    if (state.isPending) return <LoadingRows rows={2} />;
    if (state.isError) {
      const wrongLink = state.error instanceof ApiError && state.error.status < 500;
      if (!wrongLink) return <ErrorState error={state.error} onRetry={() => void state.refetch()} />;
      return <PageTitle title={t('unsubscribe.badTitle')} lead={t('unsubscribe.badText')} />;
    }
    const { email, campaign, unsubscribed } = state.data;
    if (unsubscribed) {
      return (
        <div role="status">
          <PageTitle title={t('unsubscribe.doneTitle')} lead={t('unsubscribe.doneText', { email })} />
        </div>
      );
    }
    return (
      <>
        <PageTitle title={t('unsubscribe.title')} lead={t('unsubscribe.text', { email, campaign })} />
        {unsubscribe.isError && (
          <Alert color="red" role="alert" mb="md">
            {problemText(unsubscribe.error, t)}
          </Alert>
        )}
        <Button
          size="md"
          loading={unsubscribe.isPending}
          onClick={() => {
            unsubscribe.mutate();
          }}
        >
          {t('unsubscribe.confirm')}
        </Button>
      </>
    );
  }

  return <div className={classes.card}>{body()}</div>;
}
