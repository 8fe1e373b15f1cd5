// Fills in a form by JavaRosa, the engine of Collect: `java -cp ODK_Validate.jar Collect.java FORM.xml < acts`.
// A line of acts is a person's number, a question and what is said, parted by tabs; a line of a number alone begins a
// person. It prints what odk.mjs prints.

import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.stream.*;
import org.javarosa.core.model.*;
import org.javarosa.core.model.data.*;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.form.api.*;
import org.javarosa.model.xform.XFormSerializingVisitor;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.util.XFormUtils;

public class Collect {
  private final FormDef form;
  private final FormEntryModel model;
  private final FormEntryController controller;
  private final Map<String, FormIndex> questions = new LinkedHashMap<>();
  private final List<Integer> done = new ArrayList<>();
  private boolean refused = false;

  Collect(String file) throws Exception {
    form = XFormUtils.getFormFromFormXml(file, null);
    form.initialize(true, new InstanceInitializationFactory());
    model = new FormEntryModel(form);
    controller = new FormEntryController(model);
    FormIndex index = model.incrementIndex(FormIndex.createBeginningOfFormIndex(), true);
    for (; !index.isEndOfFormIndex(); index = model.incrementIndex(index, true))
      if (model.getEvent(index) == FormEntryController.EVENT_QUESTION)
        questions.put(index.getReference().getNameLast(), index);
  }

  void act(int place, String question, List<String> said) {
    FormIndex index = questions.get(question);
    if (!model.isIndexRelevant(index)) return;
    if (controller.answerQuestion(index, data(index, said), true) == FormEntryController.ANSWER_OK) done.add(place);
    else refused = true;
  }

  private IAnswerData data(FormIndex index, List<String> said) {
    FormEntryPrompt prompt = model.getQuestionPrompt(index);
    if (prompt.getControlType() == Constants.CONTROL_SELECT_MULTI)
      return new MultipleItemsData(said.stream().map(label -> choice(prompt, label)).collect(Collectors.toList()));
    if (prompt.getControlType() == Constants.CONTROL_SELECT_ONE) return new SelectOneData(choice(prompt, said.get(0)));
    if (prompt.getDataType() == Constants.DATATYPE_INTEGER) return new IntegerData(Integer.parseInt(said.get(0)));
    if (prompt.getDataType() == Constants.DATATYPE_DECIMAL) return new DecimalData(Double.parseDouble(said.get(0)));
    return new StringData(said.get(0));
  }

  private Selection choice(FormEntryPrompt prompt, String label) {
    for (SelectChoice choice : prompt.getSelectChoices())
      if (label.equals(prompt.getSelectChoiceText(choice))) return choice.selection();
    throw new IllegalArgumentException("no choice " + label);
  }

  String printed() throws IOException {
    String shown = questions.entrySet().stream().filter(each -> model.isIndexRelevant(each.getValue()))
        .map(each -> quoted(each.getKey())).collect(Collectors.joining(","));
    form.postProcessInstance();
    byte[] xml = new XFormSerializingVisitor().serializeInstance(form.getMainInstance());
    String text = new String(xml, StandardCharsets.UTF_8);
    return "{\"done\":" + done + ",\"shown\":[" + shown + "],\"export\":{\"status\":\""
        + (refused ? "refused" : "ready") + "\",\"xml\":" + quoted(text) + "}}";
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\r", "\\r") + "\"";
  }

  public static void main(String[] arguments) throws Exception {
    new XFormsModule().registerModule();
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).lines().toList();
    List<String> out = new ArrayList<>();
    Collect collect = null;
    int place = 0;
    for (String line : lines) {
      String[] cells = line.split("\t");
      if (cells.length == 1) {
        if (collect != null) out.add(collect.printed());
        collect = new Collect(arguments[0]);
        place = 0;
      } else collect.act(place++, cells[1], Arrays.asList(cells).subList(2, cells.length));
    }
    out.add(collect.printed());
    new PrintStream(System.out, true, StandardCharsets.UTF_8).println("[" + String.join(",", out) + "]");
  }
}
