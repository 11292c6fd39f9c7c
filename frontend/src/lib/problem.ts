import type { FieldError, ProblemDocument } from "@/client";
import { commonTexts } from "@/texts/common";

/** What the API answered in place of what was asked for, or that it did not answer at all (`status` 0). */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  /** The stable code of a problem document; "unreachable" where there was no answer. */
  readonly code: string;
  readonly errors: readonly FieldError[];
  /** Seconds after which another try makes sense, where the server said so. */
  readonly retryAfterS: number | null;

  constructor({
    status,
    code,
    detail,
    errors = [],
    retryAfterS = null,
  }: {
    status: number;
    code: string;
    detail: string;
    errors?: readonly FieldError[];
    retryAfterS?: number | null;
  }) {
    super(detail);
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.retryAfterS = retryAfterS;
  }
}

function isProblemDocument(body: unknown): body is ProblemDocument {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
}

/**
 * The problem that an answer tells, whether it is one of the API's or something in between made it up. Without a response,
 * or where what was thrown is an error, there was no answer, or it broke off.
 */
export function problemOf(body: unknown, response: Response | undefined): Problem {
  if (response === undefined || body instanceof Error) {
    return new Problem({ status: 0, code: "unreachable", detail: commonTexts.unreachable });
  }
  const retryAfterS = Number(response.headers.get("Retry-After")) || null;
  if (isProblemDocument(body)) {
    return new Problem({ ...body, errors: body.errors ?? [], retryAfterS });
  }
  return new Problem({
    status: response.status,
    code: "unknown",
    detail: commonTexts.failedWithStatus(response.status),
    retryAfterS,
  });
}

/** A sentence for a person about whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Problem ? error.message : commonTexts.somethingWentWrong;
}
