export default function Forbidden() {
  return <p role="alert">Your roles do not allow this.</p>;
}
