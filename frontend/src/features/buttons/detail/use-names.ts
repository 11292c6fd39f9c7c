import { useQuery } from "@tanstack/react-query";
import { membersQuery } from "@/lib/members";
import { useStation } from "@/lib/station";
import { buttonTexts } from "@/texts/buttons";

/** Who a user's id stands for, as far as they are a member still. */
export function useNames(): (userId: string | null) => string | null {
  const station = useStation();
  const { data: members } = useQuery(membersQuery(station.id));
  return (userId) => {
    if (userId === null || members === undefined) return null;
    const member = members.find(({ user_id }) => user_id === userId);
    return member ? (member.full_name ?? member.email ?? buttonTexts.namelessMember) : buttonTexts.formerMember;
  };
}
