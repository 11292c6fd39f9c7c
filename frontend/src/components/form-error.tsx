/** What is wrong with a form as a whole. */
export function FormError({ message }: { message: string | undefined }) {
  return (
    message && (
      <p role="alert" className="text-sm text-destructive">
        {message}
      </p>
    )
  );
}
