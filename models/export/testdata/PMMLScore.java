import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import org.jpmml.evaluator.*;

/**
 * Scores tables with PMML models: PMMLScore MODEL TABLE OUT [MODEL TABLE OUT ...].
 *
 * The table is tab-separated; its header says of each column its type and its name, as in
 * n:seats, b:renews or t:plan. A missing value is \N; \t, \n and \\ are escapes.
 */
public class PMMLScore {
  public static void main(String[] args) throws Exception {
    for (int i = 0; i < args.length; i += 3) score(args[i], args[i + 1], args[i + 2]);
  }

  static void score(String model, String table, String scores) throws Exception {
    Evaluator evaluator = new LoadingModelEvaluatorBuilder().load(new File(model)).build();
    evaluator.verify();
    List<String> lines = Arrays.asList(Files.readString(Path.of(table), StandardCharsets.UTF_8).split("\n", -1));
    String[] head = lines.get(0).split("\t", -1);
    Map<String, Integer> place = new HashMap<>();
    for (int j = 0; j < head.length; j++) place.put(text(head[j].substring(2)), j);
    try (Writer out = Files.newBufferedWriter(Path.of(scores), StandardCharsets.UTF_8)) {
      for (String line : lines.subList(1, lines.size() - 1)) {
        String[] cells = line.split("\t", -1);
        Map<String, Object> given = new LinkedHashMap<>();
        for (InputField field : evaluator.getInputFields()) {
          int j = place.get(field.getName());
          given.put(field.getName(), value(head[j].charAt(0), cells[j]));
        }
        Map<String, ?> result = evaluator.evaluate(given);
        out.write(show(result.get("p")) + "\t" + show(result.get("health")) + "\t" + show(result.get("band")) + "\n");
      }
    }
  }

  static Object value(char kind, String cell) {
    if (cell.equals("\\N")) return null;
    switch (kind) {
      case 't': return text(cell);
      case 'b': return Double.parseDouble(cell) == 1;
      default: return Double.parseDouble(cell);
    }
  }

  static String show(Object o) {
    if (o instanceof Computable) o = ((Computable) o).getResult();
    return o == null ? "" : o.toString();
  }

  static String text(String cell) {
    return cell.replace("\\\\", "\0").replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\r").replace("\0", "\\");
  }
}
