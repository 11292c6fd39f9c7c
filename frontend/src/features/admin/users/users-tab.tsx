import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Plus, UserX } from "lucide-react";
import { useState } from "react";
import { EmptyFace, ErrorFace, RowsSkeleton } from "@/components/faces";
import { SearchBox } from "@/components/search-box";
import { Button } from "@/components/ui/button";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { usersTexts } from "@/texts/admin";
import { PAGE_SIZE, Pager } from "../pager";
import { usersQuery } from "../queries/list-users";
import { UserDialog } from "./user-dialog";
import { UsersTable } from "./users-table";

/** Every account, the newest first. */
export function UsersTab() {
  const { q = "", page = 1 } = useSearch({ from: "/_app/admin" });
  const navigate = useNavigate({ from: "/admin" });
  const [isAdding, setAdding] = useState(false);
  const { data: users, error, refetch } = useQuery(usersQuery({ q, page, size: PAGE_SIZE }));
  return (
    <Card>
      <CardHeader className="gap-y-3">
        <div>
          <CardTitle>{usersTexts.title}</CardTitle>
          <CardDescription>{usersTexts.hint}</CardDescription>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <SearchBox
            label={usersTexts.search}
            placeholder={usersTexts.searchHint}
            value={q}
            onChange={(found, { replace }) =>
              void navigate({ search: (before) => ({ ...before, q: found || undefined, page: undefined }), replace })
            }
            className="w-56"
          />
          <Button onClick={() => setAdding(true)}>
            <Plus aria-hidden="true" />
            {usersTexts.add}
          </Button>
        </div>
      </CardHeader>
      {users === undefined ? (
        error === null ? (
          <RowsSkeleton rows={10} rowClassName="h-12" />
        ) : (
          <ErrorFace error={error} onRetry={() => void refetch()} />
        )
      ) : users.data.length === 0 ? (
        <EmptyFace icon={UserX} title={usersTexts.none} description={usersTexts.noneHint} />
      ) : (
        <UsersTable users={users.data} />
      )}
      {users !== undefined && <Pager page={page} count={users.count} />}
      {isAdding && <UserDialog user={null} onClose={() => setAdding(false)} />}
    </Card>
  );
}
