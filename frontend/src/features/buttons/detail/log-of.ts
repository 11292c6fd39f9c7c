import type { ButtonPublic } from "@/client";

/** The log's filter by one button, as its address says it. */
export const logOf = ({ id }: Pick<ButtonPublic, "id">): object => ({ button_id: id });
