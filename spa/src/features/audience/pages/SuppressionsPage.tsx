import { PageHeader } from "../../../components/PageHeader";

export default function SuppressionsPage() {
  return <PageHeader title="SuppressionsPage" />;
}
