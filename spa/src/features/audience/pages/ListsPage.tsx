import { PageHeader } from "../../../components/PageHeader";

export default function ListsPage() {
  return <PageHeader title="ListsPage" />;
}
